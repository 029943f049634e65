"""Private numbers: identity and bank cards, telephones, accounts, hospital numbers, and their checksums."""
