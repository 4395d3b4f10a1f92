//! Letters handed to a sendmail program.
