//! Letter and language to subject, text and HTML.
