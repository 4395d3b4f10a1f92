//! Header fields as mailers really write them: encoded words cut in the middle, raw GBK, RFC 2231 pieces.
