//! Plain text to blocks: bullets, numbers, aligned and tab-separated tables.
