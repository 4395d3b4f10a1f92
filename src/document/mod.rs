//! Any body or attachment as the same blocks: headings, paragraphs, list items, tables, quotes.

pub mod docx;
pub mod html;
pub mod markdown;
pub mod sheet;
pub mod text;
