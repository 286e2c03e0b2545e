"""What mail servers say when they refuse a letter, as regular expressions; case does not matter.

Gathered from what servers are known to answer, in English, in French and in some other languages.
"""

from __future__ import annotations

MAILBOX = r"(?:mail ?box|inbox|maildir|mailfolder|account|disk|storage|bo[iî]te|messagerie|postfach|casella|buz[oó]n)"
RECIPIENT = (
    r"(?:user(?:name|id)?|recipients?|mail ?box|account|address(?:ee|es)?|alias|person|subscriber|rcpt|receiver)"
)
SIZE = r"(?:size|length|limit|allowed|allocat\w*|maximum|capacity|storage|space)"

# The address has no part in it.
INNOCENT = (
    # full
    r"quota",
    rf"{MAILBOX}\b[^.;\n]{{0,60}}\b(?:full|pleine?|satur\w+|piena?|voll|llen[oa]|overflow\w*)\b",
    r"\bfull (?:mail ?box|inbox)",
    r"\b(?:not|is in)?sufficient (?:storage|space|disk|system)",
    r"\bnot enough (?:\w+ )?(?:space|storage)",
    r"\bdoes not have enough",
    r"space has been used",
    r"no space left",
    r"too (?:much mail|many messages)",
    r"storage allocation",
    rf"\b(?:exceed\w*|over) (?:\w+ ){{0,4}}{SIZE}",
    rf"{SIZE} (?:is |was |has been )?exceed",
    r"\btoo (?:big|large|long)\b",
    r"size limit",
    r"taille (?:limite|maximale)",
    r"trop volumineux",
    # spam, policy, reputation, authentication
    r"spam",
    r"\bunsolicited",
    r"\bunwanted",
    r"\bbulk\b",
    r"\bjunk\b",
    r"virus",
    r"malware",
    r"phish",
    r"pourriel",
    r"ind[eé]sirable",
    r"\b(?:spf|dkim|dmarc|ptr|rdns|helo|ehlo|starttls|tls|batv|captcha)\b",
    r"\w*(?:rbl|dnsbl)\b",
    r"reverse dns",
    r"(?:black|block|deny|gr[ea]y|white)[ -]?list",
    r"\bblock(?:ed|ing)?\b",
    r"\bbloqu",
    r"\bbanned\b",
    r"\bforbidden\b",
    r"reputation",
    r"r[eé]putation",
    r"\bpolic(?:y|ies)\b",
    r"\bpolitique\b",
    r"\bsecurity\b",
    r"\babus(?:e|if|ive)\b",
    r"\bprohibi",
    r"\bprivilege",
    r"\bmoderat",
    r"\bsuspicious",
    r"\bunauthenticated",
    r"\bauthenti",
    r"\bunauthori[sz]ed",
    r"\bnot (?:been )?(?:authori[sz]ed|permitted|allowed)",
    r"\bpermission",
    r"(?<!to )(?<!to the )\bsenders?\b",
    r"\bmail from\b",
    r"envelope[- ]from",
    r"\bfrom:? (?:address|domain|header)",
    r"(?:exp[eé]diteur|[eé]metteur|absender)",
    r"\b(?:your|sending|client|source) (?:ip|host|server|network|domain|mail ?server)",
    r"\bip address(?!\. \(#5\.4\.4\))",
    r"\byour ip\b",
    r"\bproxy\b",
    r"\b(?:message|mail|e-mail|transaction|content)s?\b[^.;\n]{0,25}\b(?:refused|rejected|filtered|denied|rejet[eé])",
    r"\bmembers[- ]only",
    r"\bnon-member",
    r"\bmailing list",
    r"only accept\w* (?:mail|messages|e-?mail)",
    r"user rules",
    r"recipient preferences",
    r"\battachment",
    r"\bheaders?\b",
    r"\bmime (?:complexity|header|part|error)",
    r"\b8-?bit",
    r"\bsyntax error",
    r"\bline length",
    r"\bcontent\b",
    # relays, loops, faults of a server
    r"\brelay(?:ing)? (?:\w+ ){0,3}(?:denied|refused|not|prohibited)",
    r"(?:unable|unwilling|allow\w*|permit\w*|refus\w*|not) (?:\w+ )?(?:to )?relay",
    r"\bas a relay",
    r"\b(?:open|mail) relay",
    r"\brelaying\b",
    r"\ballowed rcpthosts(?! .{0,3}#5\.1)",
    r"\bloop(?:s|ing|ed)?\b",
    r"\btoo many\b",
    r"\btrop de\b",
    r"hop count",
    r"misconfigur",
    r"\b(?:local|internal|system|config\w*|technical|database|ldap|i/o|mailer|write|read"
    r"|program) (?:config\w* )?(?:error|problem|failure)",
    # rate, time, network
    r"\brate\b",
    r"throttl",
    r"\bconnection limit",
    r"\btime[sd]?[- ]?out",
    r"\bexpired\b",
    r"\bin the queue too long",
    r"\bd[eé]lai\b",
    r"\bretry time\b",
    r"\bper hour\b",
    r"\blong time\b",
    r"\bafter multiple retries",
    r"\bnumerous attempts",
    r"\bfailed \d+ attempts",
    r"try (?:it )?(?:again|later)",
    r"\btemporar",
    r"\btransient",
    r"\bdeferred",
    r"\b(?:is|been|was) delayed",
    r"not yet been delivered",
    r"still being retried",
    r"r[eé]essa[iy]",
    r"\btemporaire",
    r"\bconn(?:ection|exion)\b[^.;\n]{0,40}\b(?:refus\w+|reset|dropped|lost|closed|failed|broken|perdue)",
    r"\b(?:could not|couldn't|unable to|cannot|can't|failed to) (?:connect|contact|reach|establish|open)",
    r"(?<!\.\.\. )\b(?:network|host|server|service)\b[^.;\n]{0,25}\b(?:unreachable|down|busy|not respond\w*"
    r"|unavailable|not available)",
    r"requests? to connect",
    r"\bsocket error",
    r"\bno route to host",
    r"did not respond",
    r"\bnot respond",
    r"not reachable",
    r"no answer from",
    r"lookup failure",
)

# Pages to which a refusal for reputation leads; what the words beside them say of the address is said to everybody.
BLOCK_LISTS = (r"https?://[^\s/]*(?:spamhaus|spamcop|barracudacentral|abuseat|sorbs|uceprotect)",)

# There is no such mailbox, or no such domain.
GONE = (
    r"\bcouldn'?t find (?:a mail exchanger|any host)\b",
    # no such mailbox
    r"\b(?:unknown|no such|invalid|non-?exist[ea]nt|bad|unrecogni[sz]ed|illegal|incorrect"
    r"|undeliverable)[ :\-]+(?:or \w+ )?(?:(?:virtual|local|remote|destination|final|delivery|envelope"
    r"|e-?mail|mail|alias) ){0,2}(?:user|recipient|mail ?box|account|address|alias|local[- ]?part|person"
    r"|id\b|subscriber|name|receiver)",
    rf"\b{RECIPIENT}\b[^.;\n]{{0,100}}?\b(?:unknown|nonexist[ea]nt|invalid|deleted|removed|terminated|closed"
    rf"|cancell?ed|not (?:be )?(?:found|known|exist\w*|a valid|valid|listed|recogni[sz]ed|present|active"
    rf"|registered|local|resolved|ok)|(?:doesn'?t|does not|do not|no longer) (?:exist|have|accepts?|work)"
    rf"|no longer (?:valid|active|available|in use|on server))",
    r"\bno (?:such )?(?:mail ?box|account|user|recipient|person|one|valid recipients?|address)\b"
    r"[^.;\n]{0,40}\b(?:here|name|at this|at that|directory|found|available|exists?|address)",
    r"\bno such (?:user|mail ?box|address|person|recipient|account|local|alias|name|id)",
    r"\bno mailbox (?:here|found)",
    r"\bnot (?:a |an |our )?(?:valid |known |local |existing |active |registered )?(?:user|recipient"
    r"|mail ?box|customer|(?:e-?mail )?address)",
    r"\bnot listed in\b",
    r"\bnot in (?:\w+ )?(?:directory|database|user list|table)",
    r"\bvalidrcptto",
    r"\bbadrcptto",
    r"\bbadrecipientto",
    r"\b(?:we|i) (?:do not|don't) (?:have|know)\b",
    r"\bdoes not have (?:an? [^.;\n]{0,40}|that |this )account",
    r"#5\.1\.0 address rejected",  # Cisco's gateways, of recipients
    r"\bno longer (?:works|employed)",
    r"\bmissing home directory",
    r"\bcan't accept user",
    r"\b(?:does|did) not exist(?! e2110)",
    r"\bdoesn'?t exist",
    r"recipnotfound",
    r"recipientnotfound",
    r"\b(?:address|account|recipient|user|mail ?box)\b[^.;\n]{0,60}(?:could|can)(?:n't| ?not) be found",
    r"\bhas been replaced by",
    r"\b(?:has|have) (?:moved to|left the)",
    r"\baddress(?:es)? w(?:as|ere) unknown",
    r"\brecipient name is not recogni",
    r"\bunable to (?:find|locate|chdir to maildir)",
    r"\bisn't in my list of allowed rcpthosts",
    # the same in other languages
    r"\b(?:utilisateur|destinataire|adresse|compte|bo[iî]te|usager)\b[^.;\n]{0,60}\b(?:inconnue?|invalide"
    r"|inexistante?|introuvable|non trouv[eé]e?|supprim[eé]e?|ferm[eé]e?|cl[oô]tur[eé]e?|r[eé]sili[eé]e?|erron[eé]e?"
    r"|incorrecte?|n['’ ]est plus (?:valide|active|utilis|attribu|en service))",
    r"\baucune? (?:utilisateur|destinataire|compte|bo[iî]te)",
    r"\bn['’ ]existe (?:pas|plus)",
    r"\bno existe",
    r"\bnon esiste",
    r"\bnessun utente",
    r"\b(?:empf[aä]nger|benutzer|postfach|adresse)\b[^.;\n]{0,40}\b(?:unbekannt|existiert nicht"
    r"|nicht gefunden|ung[uü]ltig)",
    r"見つかりません",
    r"存在しません",
    r"存在しない",
    r"\b(?:usuario|destinatario|utente)\b[^.;\n]{0,40}\b(?:desconocido|sconosciuto|inesistente"
    r"|no encontrado|inv[aá]lid[oa])",
    # La Poste and Orange number their answers: 416 and 418 are recipients that do not exist
    r"\b(?:LPN|LPNAAA|OFR|OUK)(?:\d*[-_])*41[68]\b",
    # no such domain, or one that takes no mail
    r"\b(?:host|domain)\b[^.;\n]{0,60}\b(?:unknown|not (?:be )?(?:found|known|exist)"
    r"|does not (?:exist(?!:)|accept)|must exist|inconnu|introuvable)",
    r"\b(?:unknown|no such|nonexistent) (?:mail )?(?:host|domain)",
    r"\bunroute?able address",
    r"\bname or service not known",
    r"\bnull ?mx\b",
    r"\bno mx\b",
    r"\bmx records point to non-?existent hosts",
    r"\bno matches to nameserver",
    r"\bdomaine (?:inconnu|inexistant)",
    r"\bnxdomain",
)

# The same in words that leave no doubt, beside a code of policy that is given for everything.
GONE_FOR_CERTAIN = (
    r"\b(?:user|recipient|mail ?box|account) (?:is )?(?:unknown|not found|does not exist|doesn'?t exist)\b",
    r"\b(?:unknown|no such) (?:user|recipient|mail ?box|account)\b",
)
UNAVAILABLE = (
    r"mailbox\b[^.;\n]{0,80}\bunavailable",
    r"\baccount (?:is )?unavailable",
)
ACCESS_DENIED = r"recipients? address(?:es)? rejected ?: access denied"  # Exchange Online, beside a 5.4.1
