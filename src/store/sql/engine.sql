-- What only one engine has.

--: vacuum_into(t)
--sqlite VACUUM INTO $1
