"""Whom to meet: recommendation, consortia, complementary regions, meeting schedules. Pure."""
