//! Message-ID, References, base subject (Re: 回复： 答复： 转发：).
