//! Every setting with its default and its sentence; prints `config/example.toml`.
