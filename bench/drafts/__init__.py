"""What `bench/drafting.py` measures with: a gateway that stamps its pieces, pages that listen, drafts."""
