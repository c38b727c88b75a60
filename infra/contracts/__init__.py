"""The contracts on paper: schemas, the AsyncAPI document and the catalogue, generated and compared with what is released."""
