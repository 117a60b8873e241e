"""What tests share: the smallest service that mounts reporting, on subjects of its own."""
