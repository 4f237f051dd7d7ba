"""Texts and names that would do harm if anything but text were made of them."""

# One word of the texts each; the last begins with a mark that turns the reading direction.
HOSTILE = (
    "<script>document.title='hacked'</script>",
    "</style><img/src=x/onerror=document.title='hacked'>",
    "${document.title='hacked'}`x`$5$",
    "\u202eשלום",
)
HOSTILE_MODEL = "<b>ti|ny`$_{{7*7}}"
