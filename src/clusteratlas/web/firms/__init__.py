"""The page of firms: a panel of one's own looked at within limits and forgotten; small firms in EU projects."""
