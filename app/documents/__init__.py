"""Documents that are read on a page, as Markdown and on paper: one list of blocks, three renderers."""
