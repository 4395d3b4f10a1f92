//! One mail on standard input (.forward, procmail, sieve).
