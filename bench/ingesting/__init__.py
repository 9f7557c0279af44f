"""What bench/ingest.py measures in processes of their own."""
