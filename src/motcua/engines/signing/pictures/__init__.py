"""Pictures of signatures and seals (hình ảnh chữ ký, hình ảnh con dấu): taken from scans, kept, shown in documents."""
