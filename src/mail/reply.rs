//! The sender's own words: without quotes, history, signature, banners and device lines.
