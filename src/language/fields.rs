//! Labelled fields and table headers (负责人：… 截止时间：…).
