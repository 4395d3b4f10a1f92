//! Event → gather → decide → compose → commit; many events share one sync.
