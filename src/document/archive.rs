//! One level of a .zip (O36): the documents in it, one after the other under their names.

use super::docx::Archive;
use super::{Block, Document, Kind, docx, sheet};

/// Documents of one archive that are read.
const DOCUMENT_COUNT_MAX: usize = 10;

/// Reads what is readable; an archive within an archive is named and not opened (TRUST P5).
pub(super) fn read(name: &str, bytes: &[u8]) -> Document {
    let mut archive = match Archive::open(bytes) {
        Ok(archive) => archive,
        Err(reason) => return Document::unread(format!("{name}: {reason}")),
    };
    let mut document = Document::default();
    let mut read = 0;
    for (at, inner) in archive.names().into_iter().enumerate() {
        // The part behind the last separator, whatever the folder.
        let short = inner.rsplit(['/', '\\']).next().unwrap_or_default();
        let ending = short.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        if short.is_empty() || short.starts_with('.') {
            continue;
        }
        if !matches!(
            ending.as_str(),
            "docx" | "docm" | "xlsx" | "xlsm" | "xls" | "csv" | "tsv" | "txt" | "md" | "html" | "htm"
        ) {
            document.unread.push(format!("{name}: {short} is kept, but its words are not read"));
            continue;
        }
        if read == DOCUMENT_COUNT_MAX {
            document.unread.push(format!("{name}: only the first {DOCUMENT_COUNT_MAX} documents were read"));
            break;
        }
        read += 1;
        let inner = match archive.bytes_at(at) {
            Ok(inner) => inner,
            Err(reason) => {
                document.unread.push(format!("{name}: {short}: {reason}"));
                break;
            }
        };
        let found = match ending.as_str() {
            "docx" | "docm" => docx::read(&inner),
            "xlsx" | "xlsm" | "xls" => sheet::read(&inner),
            _ => Ok(Document::from_file(short, &inner)),
        };
        match found {
            Ok(found) => {
                if !found.blocks.is_empty() {
                    document.blocks.push(Block { gap: true, ..Block::new(Kind::Heading(7), short) });
                }
                document.blocks.extend(found.blocks);
                document.unread.extend(found.unread);
            }
            Err(reason) => document.unread.push(format!("{name}: {short}: {reason}")),
        }
    }
    document
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        }
        out.finish().unwrap().into_inner()
    }

    #[test]
    fn documents_of_an_archive_are_read_and_the_rest_is_named() {
        let inner = zip(&[("a.txt", b"hidden")]);
        let bytes =
            zip(&[("x/minutes.txt", "负责人：李雷".as_bytes()), ("more.zip", &inner), ("photo.png", b"\x89PNG")]);
        let document = Document::from_file("all.zip", &bytes);
        let text: Vec<&str> = document.blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(text, ["minutes.txt", "负责人：李雷"]);
        assert_eq!(document.unread.len(), 2, "{:?}", document.unread);
    }
}
