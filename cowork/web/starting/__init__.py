"""Starting well: templates, copies, what is similar, and later changes of a template."""
