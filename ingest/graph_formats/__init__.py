"""The shapes in which knowledge graphs come: tables, neo4j exports, JSON records, RDF."""
