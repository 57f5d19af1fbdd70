"""The review pane: rows as plain values, one Line-API widget that draws them."""
