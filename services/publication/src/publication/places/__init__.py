"""Places by the words that people use: postcodes, towns and kommuner."""
