"""Keeping the national portal (Cổng Dịch vụ công quốc gia) and this house in step: dossiers both ways."""
