"""Names of places that a question may turn on. They are never taken for a misspelling, and a card must know them.

The list is of countries, their adjectives and the larger territories: words that, misread, answer about the wrong
place. It is no gazetteer of the world's towns.
"""

PLACES = frozenset(
    """afghanistan afghan albania albanian algeria algerian andorra angola argentina argentine armenia armenian
    australia australian austria austrian azerbaijan azerbaijani bahamas bahrain bangladesh barbados belarus
    belarusian belgium belgian belize benin bhutan bolivia bolivian bosnia bosnian botswana brazil brazilian brunei
    bulgaria bulgarian burundi cambodia cameroon canada canadian chad chile chilean china chinese colombia colombian
    congo croatia croatian cuba cuban cyprus czechia czech denmark danish djibouti dominica ecuador egypt egyptian
    eritrea estonia estonian eswatini ethiopia ethiopian fiji finland finnish france french gabon gambia georgia
    georgian germany german ghana greece greek grenada guatemala guinea guyana haiti honduras hungary hungarian
    iceland india indian indonesia indonesian iran iranian iraq iraqi ireland irish israel israeli italy italian
    jamaica japan japanese jordan jordanian kazakhstan kazakh kenya kenyan kiribati kosovo kuwait kyrgyzstan laos
    latvia latvian lebanon lebanese lesotho liberia libya libyan liechtenstein lithuania lithuanian luxembourg
    madagascar malawi malaysia maldives mali malta mauritania mauritius mexico mexican moldova moldovan monaco
    mongolia montenegro morocco moroccan mozambique myanmar burma namibia nauru nepal netherlands dutch nicaragua
    niger nigeria nigerian norway norwegian oman pakistan pakistani palau palestine palestinian panama paraguay peru
    philippines filipino poland polish portugal portuguese qatar romania romanian rwanda samoa senegal serbia serbian
    seychelles singapore slovakia slovak slovenia slovenian somalia somali spain spanish sudan suriname sweden
    swedish switzerland swiss syria syrian taiwan taiwanese tajikistan tanzania thailand thai togo tonga tunisia
    turkey turkish turkiye turkmenistan tuvalu uganda ukraine ukrainian uruguay uzbekistan vanuatu vatican venezuela
    venezuelan vietnam vietnamese yemen yemeni zambia zimbabwe tibet tibetan gaza crimea crimean abkhazia ossetia
    transnistria chechnya chechen donbas donetsk luhansk kashmir kurdistan scotland wales england catalonia quebec
    texas california florida alaska hawaii greenland siberia kaliningrad balkans""".split()
)
