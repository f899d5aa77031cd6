"""Moderators decide on the site which records are one organisation: nobody, unless a setting names them."""
