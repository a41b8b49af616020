"""What helps a writer: scores, saliency, menus, phrases, searches."""
