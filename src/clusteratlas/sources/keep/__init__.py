"""keep.eu: projects and partners of Interreg and of the cross-border programmes at the Union's outer borders."""
