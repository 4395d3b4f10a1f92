//! Tasks, signals, shutdown; the one place that reads the clock.
