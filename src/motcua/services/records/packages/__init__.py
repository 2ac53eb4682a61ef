"""Archive packages: E-ARK CSIP with METS, EAD and PREMIS, in the layout of Circular 05/2025/TT-BNV."""
