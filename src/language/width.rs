//! Full and half width, simplified and traditional: one spelling to read from, with places kept.
