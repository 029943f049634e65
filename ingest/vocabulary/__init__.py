"""Words of medicine and of hospitals: terms, departments, jieba's segmentation; numerals."""
