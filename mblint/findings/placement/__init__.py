"""Where a finding stands in the user's repository: a rendered stream has no file there, and alerts need one."""
