//! `duban export --person ADDRESS`: all that is stored about one person (PIPL art. 45, GDPR art. 15).
//!
//! JSON lines: the directory's record, what objects say of the person (own items whole, of others only the parts that
//! name the address), the mails the person wrote and the letters the person got with their bytes, and notes kept under
//! the address.

use crate::engine::AuditRow;
use crate::engine::snapshot::Stored;
use crate::outbox::LetterRow;
use crate::store::receive::InboxRow;
use crate::store::{Place, Result, Store, StoreError, for_each_prefix, keys};
use serde_json::{Value, json};
use std::io::Write;

/// What a row says of the person, if anything.
type Says<'a> = dyn FnMut(&[u8], &[u8]) -> Result<Option<Value>> + 'a;

/// Writes every line; gives how many.
pub fn export(store: &dyn Store, address: &str, out: &mut impl Write) -> anyhow::Result<u64> {
    let address = address.to_lowercase();
    let mut lines = Vec::new();
    let is = |text: &str| text.eq_ignore_ascii_case(&address);
    let text = |place: &Place| -> Result<Value> {
        match store.blob(place) {
            Ok(bytes) => Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned())),
            Err(StoreError::Removed) => Ok(Value::Null),
            Err(error) => Err(error),
        }
    };
    let mut each = |kind: u8, put: &mut Says<'_>| {
        for_each_prefix(store, &[kind], |key, value| {
            lines.extend(put(key, value)?);
            Ok(())
        })
    };
    each(keys::OBJECT, &mut |key, value| {
        let Ok(row) = serde_json::from_slice::<Value>(value) else { return Ok(None) };
        let Some((kind, inner)) = row.as_object().and_then(|row| row.iter().next()) else { return Ok(None) };
        let own =
            ["address", "owner_address"].iter().any(|field| inner.get(field).and_then(Value::as_str).is_some_and(is));
        if own {
            let stored: Stored = super::show::parse(key, value)?;
            return Ok(Some(json!({ kind: super::show::whole(stored) })));
        }
        let mut inner = inner.clone();
        if let Some(fields) = inner.as_object_mut() {
            fields.shift_remove("_last");
        }
        let mut says = Vec::new();
        naming(&inner, &address, &mut says);
        let id = inner.get("id").cloned().unwrap_or_default();
        Ok((!says.is_empty()).then(|| json!({"object": id, "kind": kind, "says": says})))
    })
    .map_err(super::store_error)?;
    each(keys::MAIL, &mut |key, value| {
        let row: AuditRow = super::show::parse(key, value)?;
        if !row.from.as_deref().is_some_and(is) {
            return Ok(None);
        }
        let words = row.place.as_ref().map(text).transpose()?;
        Ok(Some(json!({"mail": row, "text": words})))
    })
    .map_err(super::store_error)?;
    for kind in [keys::INBOX, keys::QUARANTINE] {
        each(kind, &mut |key, value| {
            let row: InboxRow = super::show::parse(key, value)?;
            if !row.mail_from.as_deref().is_some_and(is) {
                return Ok(None);
            }
            Ok(Some(json!({"waits": row.number, "reason": row.reason, "text": text(&row.place)?})))
        })
        .map_err(super::store_error)?;
    }
    each(keys::LETTER, &mut |key, value| {
        let row: LetterRow = super::show::parse(key, value)?;
        if !is(&row.sent.to) {
            return Ok(None);
        }
        let words = text(&row.place)?;
        Ok(Some(json!({"letter": row, "text": words})))
    })
    .map_err(super::store_error)?;
    each(keys::NOTE, &mut |key, value| {
        let name = String::from_utf8_lossy(key.get(1..).unwrap_or_default()).into_owned();
        if !name.to_lowercase().split('/').any(|part| part == address) {
            return Ok(None);
        }
        Ok(Some(json!({"note": name, "value": serde_json::from_slice::<Value>(value).unwrap_or_default()})))
    })
    .map_err(super::store_error)?;
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    Ok(lines.len() as u64)
}

/// The smallest parts that name the address.
fn naming(value: &Value, address: &str, into: &mut Vec<Value>) {
    let named = |text: &Value| text.as_str().is_some_and(|text| text.eq_ignore_ascii_case(address));
    match value {
        Value::Object(map) => {
            if map.values().any(named) || map.keys().any(|key| key.eq_ignore_ascii_case(address)) {
                // Of a whole object only its plain fields beside the address; what is nested speaks for itself.
                let plain = map.iter().filter(|(key, inner)| {
                    key.eq_ignore_ascii_case(address) || !matches!(inner, Value::Object(_) | Value::Array(_))
                });
                into.push(
                    plain.map(|(key, inner)| (key.clone(), inner.clone())).collect::<serde_json::Map<_, _>>().into(),
                );
            }
            map.values().for_each(|inner| naming(inner, address, into));
        }
        Value::Array(list) => {
            if list.iter().any(named) {
                into.push(json!([address]));
            }
            list.iter().for_each(|inner| naming(inner, address, into));
        }
        _ => {}
    }
}
