"""What somebody writes with clients that are generated from the OpenAPI documents: one program in each language."""
