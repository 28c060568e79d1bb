"""ICD-10-CM: the table, the words by which its terms are found in a text, and the rules by which a code is chosen."""
