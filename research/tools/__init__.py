"""What each tool of the workbench is worth to scripted writers."""
