# SPDX-License-Identifier: MIT
# A header as Doxygen is to read it: the comment on top becomes the description of the file, line by line in its place, and
# the inline namespace of the version is left out of names.
# The header of the C interface has its comment in /* */.
NR == 1 && /^\/\*/ { c = 1; print ""; next }
c == 1 && /^\/\*$/ { c = 2; print "/** \\file"; next }
c == 2 && /^ \* / { c = 3; sub(/^ \* /, " * \\brief "); print; next }
c == 3 && /^ \*$/ { c = 4; print " * \\verbatim"; next }
c && /\*\/$/ { print (c == 4 ? " * \\endverbatim" : "") " */"; c = 0; next }
NR == 1 && !c { print "/** \\file"; top = 1; next }
top && /^\/\// {
    sub(/^\/\/ ?/, "")
    if (verbatim) { print; next }
    if ($0 ~ /^ *$/) { verbatim = 1; print "\\verbatim"; next }
    gsub(/[\\@<>#]/, "\\\\&")
    print (NR == 2 ? "\\brief " : "") $0
    next
}
top { top = 0; printf verbatim ? "\n" : ""; print (verbatim ? "\\endverbatim */ " : "*/ ") $0; next }
{ gsub(/reckon::inline v0/, "reckon") }
# In comments of names, what looks like a tag or a command is none; `code` is left as it is.
match($0, /\/\/\/<?( |$)/) {
    line = substr($0, 1, RSTART + RLENGTH - 1)
    n = split(substr($0, RSTART + RLENGTH), part, "`")
    for (i = 1; i <= n; ++i) {
        if (i % 2 == 1) {
            gsub(/</, "\\<", part[i])
            if (part[i] !~ /^ *\\(param|tparam|returns|return|file|pre|note)/) { gsub(/\\[^<]/, "\\\\&", part[i]) }
        }
        line = line (i > 1 ? "`" : "") part[i]
    }
    $0 = line
}
{ print }
