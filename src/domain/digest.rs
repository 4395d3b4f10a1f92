//! One letter a working day for each person, only if there is something in it (O9).
