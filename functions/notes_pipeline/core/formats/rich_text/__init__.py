"""Reading of RTF: signs (`tokens`), what they mean (`reader`), in which charset (`fonts`), on which line (`page`)."""
