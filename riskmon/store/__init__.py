"""The store: the only writer of Parquet, the only reader of snapshots."""
