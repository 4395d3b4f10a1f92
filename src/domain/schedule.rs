//! What time will do to a record: the rows of the due index.
