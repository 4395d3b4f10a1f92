//! The real engine on a virtual clock (SPEC 9.5): scripts, mboxes and Maildirs in, letters and states out.
