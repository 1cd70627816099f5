/// Goes with the shards: whose pictures and words they are. Each sample's JSON names its font and licence too.
let licenses = """
  These shards are made from the following, as Debian packages them. Keep this file with them.

  noto*.tar       Noto Color Emoji, copyright 2013 Google LLC. SIL Open Font License 1.1, https://openfontlicense.org
                  Debian: fonts-noto-color-emoji, /usr/share/doc/fonts-noto-color-emoji/copyright
  emojione.tar    EmojiOne, copyright Ranks.com Inc. (emojione.com), from the gem gemojione.
                  Creative Commons Attribution-ShareAlike 4.0, https://creativecommons.org/licenses/by-sa/4.0/
                  Resized, on white: whoever passes these pictures on does so under the same licence.
                  Debian: ruby-gemojione, /usr/share/doc/ruby-gemojione/copyright
  symbola.tar     Symbola by George Douros, “free for any use”.
                  Debian: fonts-symbola, /usr/share/doc/fonts-symbola/copyright
  names, keywords Unicode emoji data and CLDR, copyright 1991-2022 Unicode, Inc.
                  Unicode License (Unicode-DFS-2016), https://www.unicode.org/copyright.html
                  Debian: unicode-data, unicode-cldr-core

  """
