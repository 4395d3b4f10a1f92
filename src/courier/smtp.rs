//! SMTP submission over lettre, with a deadline for each operation.
