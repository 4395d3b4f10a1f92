//! Which person a name means (SPEC 3.6): titles, nicknames, pinyin.
