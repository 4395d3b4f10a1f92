//! Dates, times, durations: 下周三, by Friday noon, 3个工作日内.
