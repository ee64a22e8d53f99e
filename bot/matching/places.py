"""Names of places that a question may turn on: a card must know them.

The list is of countries, their adjectives and the larger territories: words that, misread, answer about the wrong
place. It is no gazetteer of the world's towns.
"""

PLACES = frozenset(
    """abkhazia afghan afghanistan alaska albania albanian algeria algerian andorra angola argentina argentine
    armenia armenian australia australian austria austrian azerbaijan azerbaijani bahamas bahrain balkans
    bangladesh barbados belarus belarusian belgian belgium belize benin bhutan bolivia bolivian bosnia bosnian
    botswana brazil brazilian britain british brunei bulgaria bulgarian burma burundi california cambodia
    cameroon canada canadian catalonia chad chechen chechnya chile chilean china chinese colombia colombian
    congo crimea crimean croatia croatian cuba cuban cyprus czech czechia danish denmark djibouti dominica
    donbas donetsk dutch ecuador egypt egyptian england eritrea estonia estonian eswatini ethiopia ethiopian
    fiji filipino finland finnish florida france french gabon gambia gaza georgia georgian german germany ghana
    greece greek greenland grenada guatemala guinea guyana haiti hawaii honduras hungarian hungary iceland india
    indian indonesia indonesian iran iranian iraq iraqi ireland irish israel israeli italian italy jamaica japan
    japanese jordan jordanian kaliningrad kashmir kazakh kazakhstan kenya kenyan kiribati korea korean kosovo
    kurdistan kuwait kyrgyzstan laos latvia latvian lebanese lebanon lesotho liberia libya libyan liechtenstein
    lithuania lithuanian luhansk luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius
    mexican mexico moldova moldovan monaco mongolia montenegro moroccan morocco mozambique myanmar namibia nauru
    nepal netherlands nicaragua niger nigeria nigerian norway norwegian oman ossetia pakistan pakistani palau
    palestine palestinian panama paraguay peru philippines poland polish portugal portuguese qatar quebec
    romania romanian rwanda samoa saudi scotland senegal serbia serbian seychelles siberia singapore slovak
    slovakia slovenia slovenian somali somalia spain spanish sudan suriname sweden swedish swiss switzerland
    syria syrian taiwan taiwanese tajikistan tanzania texas thai thailand tibet tibetan togo tonga transnistria
    tunisia turkey turkish turkiye turkmenistan tuvalu uganda uk ukraine ukrainian uruguay uzbekistan vanuatu
    vatican venezuela venezuelan vietnam vietnamese wales yemen yemeni zambia zimbabwe""".split()
)

NEVER_MISSPELT = PLACES | frozenset("russia russian soviet america american europe european asia african".split())
"""Words that are never taken for a slip in another. A card need not know all of them: who asks for American sanctions
means those of the U.S."""

COMPASS = frozenset("north south east west northern southern eastern western".split())
"""Words that make of one place another."""
