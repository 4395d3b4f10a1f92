//! The call for a meeting: labelled fields, agenda lines, materials, free words.
