"""The published documents under the official validators, and clients that are made from them."""
