//! Spreadsheets (.xlsx, .xls, .csv, tab-separated) to tables.
