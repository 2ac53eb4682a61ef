"""Forms (biểu mẫu điện tử): the form-js schema read, cleaned, shown and summed up; no database anywhere."""
